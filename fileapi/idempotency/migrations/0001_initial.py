from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("digest", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=32)),
                ("answer", models.BinaryField(null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "idempotency key",
            },
        ),
    ]
