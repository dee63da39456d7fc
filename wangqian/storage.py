"""Where files are: this machine's disk, or an object storage that speaks S3. From the environment, for the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("WANGQIAN_S3_BUCKET", "WANGQIAN_S3_KEY_ID", "WANGQIAN_S3_KEY_SECRET")
CONNECT, ANSWER, TRIES = 3, 15, 3  # seconds, seconds, attempts


def default(environ: Mapping[str, str]) -> dict[str, Any]:
    """The entry of Django's STORAGES; on the disk it is MEDIA_ROOT."""
    kind = environ.get("WANGQIAN_STORAGE") or "local"
    if kind == "local":
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if kind != "s3":
        raise ImproperlyConfigured("WANGQIAN_STORAGE is `local` or `s3` (see docs/operate.md)")
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"WANGQIAN_STORAGE=s3 needs {', '.join(missing)} (see docs/operate.md)")
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3(environ)}


def s3(environ: Mapping[str, str]) -> dict[str, Any]:
    """Private objects, no addresses that carry a permission, no waiting without end."""
    from botocore.config import Config

    addressing = environ.get("WANGQIAN_S3_ADDRESSING") or "auto"
    return {
        "bucket_name": environ["WANGQIAN_S3_BUCKET"],
        "endpoint_url": environ.get("WANGQIAN_S3_ENDPOINT") or None,
        "region_name": environ.get("WANGQIAN_S3_REGION") or None,
        "access_key": environ["WANGQIAN_S3_KEY_ID"],
        "secret_key": environ["WANGQIAN_S3_KEY_SECRET"],
        "location": environ.get("WANGQIAN_S3_FOLDER", ""),
        "default_acl": "private",
        "querystring_auth": False,
        "file_overwrite": True,  # names are hashes of what is stored
        "client_config": Config(
            connect_timeout=CONNECT,
            read_timeout=ANSWER,
            retries={"max_attempts": TRIES, "mode": "standard"},
            signature_version="s3v4",
            s3={"addressing_style": addressing},
            # Newer checksums are unknown to many services that speak S3; what we store checks itself.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
