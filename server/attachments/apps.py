from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "server.attachments"
