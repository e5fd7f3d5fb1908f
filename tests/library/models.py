"""Models of every relation there is, for tests. Without migrations: the test runner makes them."""

# ruff: noqa: DJ008  # nobody looks at them

from __future__ import annotations

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Country(models.Model):
    name = models.CharField(max_length=50)


class Author(models.Model):
    name = models.CharField(max_length=50)
    password = models.CharField(max_length=50, default="secret")
    country = models.ForeignKey(Country, models.CASCADE, null=True, related_name="authors")
    born = models.DateField(null=True)

    class Meta:
        ordering = ["-name"]  # other than by key, as a list sorted by a foreign key must be


class Profile(models.Model):
    author = models.OneToOneField(Author, models.CASCADE, related_name="profile")
    bio = models.TextField()


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)
    owner = models.ForeignKey(Author, models.CASCADE, null=True, related_name="tags")

    class Meta:
        ordering = ["pk"]


class Book(models.Model):
    title = models.CharField(max_length=100)
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    tags = models.ManyToManyField(Tag, related_name="books")
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    published = models.DateField(default="2020-01-01")
    seen_at = models.DateTimeField(default="2020-01-01T00:00:00Z")
    pages = models.IntegerField(null=True)
    score = models.FloatField(default=0)
    cover = models.FileField(upload_to="covers", blank=True)

    class Meta:
        ordering = ["pk"]

    @property
    def shout(self) -> str:
        return self.title.upper()


class Atlas(Book):
    scale = models.IntegerField(default=1000)


class Novel(Book):
    class Meta:
        proxy = True


class Category(models.Model):
    name = models.CharField(max_length=50)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")


class Note(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    text = models.CharField(max_length=50)
    # No constraint: a table without migrations is made before those with them.
    content_type = models.ForeignKey(
        ContentType, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    object_id = models.PositiveIntegerField(null=True)
    about = GenericForeignKey()


class Seat(models.Model):
    pk = models.CompositePrimaryKey("row", "number")
    row = models.IntegerField()
    number = models.IntegerField()
