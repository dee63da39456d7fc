"""What `./run` is made of; only the modules that say so need the project's environment."""
