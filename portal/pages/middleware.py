"""The door to the editors' pages: who holds the role today is in Wagtail's group, nobody else is."""

from collections.abc import Callable

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import Role, User, has_role

EDITORS = "Redaktion"
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
COLLECTION_PERMISSIONS = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)


def editors_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Wagtail asks groups; the group follows the role at the moment of entry, so a role that ended opens nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_cms = request.path.startswith("/cms/") and not request.path.startswith(("/cms/login/", "/cms/documents/"))
        if is_cms and request.user.is_authenticated:
            is_editor = has_role(request.user, Role.Kind.EDITOR)
            _settle_group(request.user, is_editor)
            if not is_editor:
                raise PermissionDenied
        return get_response(request)

    return middleware


def _settle_group(user: User, is_editor: bool) -> None:
    if user.groups.filter(name=EDITORS).exists() != is_editor:
        group = editors_group()
        (user.groups.add if is_editor else user.groups.remove)(group)


def editors_group() -> Group:
    """The one group Wagtail knows; made with its permissions when first needed."""
    group, is_new = Group.objects.get_or_create(name=EDITORS)
    if is_new:
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        root = Page.get_first_root_node()
        for codename in PAGE_PERMISSIONS:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.create(group=group, page=root, permission=permission)
        for permission in Permission.objects.filter(codename__in=COLLECTION_PERMISSIONS):
            GroupCollectionPermission.objects.create(
                group=group, collection=Collection.get_first_root_node(), permission=permission
            )
    return group
