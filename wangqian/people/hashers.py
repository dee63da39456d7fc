"""Argon2id tuned to a web request: about 20 ms and 19 MiB, so that fifty logins at once stay under 1 GiB."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
