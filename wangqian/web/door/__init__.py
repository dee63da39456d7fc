"""The door: logging in and out, codes, passwords, sessions. allauth's flows, our pages."""
