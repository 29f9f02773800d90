"""Cards leave the rows, and the key becomes the order on disk: a search reads thousands of rows and
shows twenty cards."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("search", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchCard",
            fields=[
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_card",
                        serialize=False,
                        to="directory.practice",
                    ),
                ),
                ("facts", models.JSONField()),
            ],
        ),
        # Empty for a moment on the way back, until the copy below has filled it.
        migrations.AlterField(model_name="searchrow", name="card", field=models.JSONField(null=True)),
        migrations.RunSQL(
            "INSERT INTO search_searchcard (practice_id, facts) SELECT practice_id, card FROM search_searchrow",
            "UPDATE search_searchrow SET card = (SELECT facts FROM search_searchcard"
            " WHERE search_searchcard.practice_id = search_searchrow.practice_id)",
        ),
        migrations.RemoveField(model_name="searchrow", name="card"),
        migrations.AlterField(
            model_name="searchrow", name="key", field=models.BigAutoField(primary_key=True, serialize=False)
        ),
        migrations.AlterField(
            model_name="searchrow", name="folded_name", field=models.CharField(max_length=320)
        ),
    ]
