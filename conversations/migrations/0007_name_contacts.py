"""The id that each thread was known by becomes its first alias."""

from django.db import migrations

BATCH = 2000


def name_contacts(apps, _schema_editor):
    Conversation = apps.get_model("conversations", "Conversation")
    ContactAlias = apps.get_model("conversations", "ContactAlias")
    named = Conversation.objects.exclude(contact_external_id="").exclude(integration=None)
    known = named.values_list("integration_id", "contact_external_id", "pk").iterator(BATCH)
    rows = (ContactAlias(integration_id=owner, external_id=name, conversation_id=pk) for owner, name, pk in known)
    ContactAlias.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0006_contact_aliases")]

    operations = [migrations.RunPython(name_contacts, migrations.RunPython.noop, elidable=True)]
