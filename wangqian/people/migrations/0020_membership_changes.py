"""What the operator ended and gave back, which nobody changes or removes."""

import django.db.models.deletion
import wangqian.people.ids
import wangqian.people.models.kept
from django.db import migrations, models

TABLE = "people_membershipchange"
POSTGRES = f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {TABLE}
  FOR EACH ROW EXECUTE FUNCTION wangqian_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {TABLE} EXECUTE FUNCTION wangqian_append_only();
"""
SQLITE = "CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        return
    for act in ("UPDATE", "DELETE"):
        schema_editor.execute(SQLITE.format(table=TABLE, act=act, name=act.lower()))


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0019_attestation'),
        ('cases', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='MembershipChange',
            fields=[
                ('id', models.UUIDField(default=wangqian.people.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('what', models.CharField(max_length=20)),
                ('why', wangqian.people.models.kept.Kept()),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.membership')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.membership')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
