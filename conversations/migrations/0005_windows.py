from datetime import timedelta

from django.db import migrations, models
from django.db.models import F

META = ("whatsapp", "facebook", "instagram")


def open_windows(apps, _schema_editor):
    """Meta's three platforms: a day from the customer's last message."""
    threads = apps.get_model("conversations", "Conversation").objects.filter(platform__in=META)
    threads.exclude(last_inbound_at=None).update(window_expires_at=F("last_inbound_at") + timedelta(hours=24))


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0004_names_for_staff'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='contact_unreachable_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='window_expires_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(open_windows, migrations.RunPython.noop),
    ]
