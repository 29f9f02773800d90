"""Files that a therapist or the desk has handed in. The bytes lie in `MEDIA_ROOT`, never in the web root."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.models.credential import Credential
from directory.models.therapist import Therapist


class Document(models.Model):
    """One stored file: a photo, a proof, or what the desk saw when it checked.

    The row is written after its file is on the disk; a file without a row is swept away later. So
    whatever dies in between, no row points at nothing. `name` is made up here; `original_name` is
    what the uploader called it, and is only ever shown, never used as a path.
    """

    class Purpose(models.TextChoices):
        PHOTO = "photo", "Photo"
        PROOF = "proof", "Proof"
        SNAPSHOT = "snapshot", "What the desk saw"

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="documents")
    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, null=True, blank=True, related_name="documents"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    name = models.CharField(max_length=80, unique=True, editable=False)
    original_name = models.CharField(max_length=150, blank=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["photo", "proof", "snapshot"]), name="document_purpose_known"
            ),
            models.UniqueConstraint(
                fields=["therapist"], condition=Q(purpose="photo"), name="document_one_photo_per_therapist"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.purpose}"
