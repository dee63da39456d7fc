"""What the worker writes down about itself every few seconds: that it lives, and how each job fares."""

from django.db import models


class Beat(models.Model):
    """One worker process, "host:pid". Its row goes when it ends in order; one that fell silent is forgotten after a day."""

    worker = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()


class JobState(models.Model):
    """A job as its worker last saw it. `error` is the class and `place` the file and line of what went wrong last."""

    beat = models.ForeignKey(Beat, models.CASCADE, related_name="jobs")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    every = models.FloatField()  # seconds
    last_run_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    took = models.FloatField(default=0)  # seconds
    found = models.PositiveIntegerField(default=0)  # how much the last run dealt with
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["beat", "name"], name="one_job_state")]
        ordering = ["position"]
