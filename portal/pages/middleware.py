"""The door to the editors' pages: who holds the role today is in Wagtail's group, nobody else is."""

import re
from collections.abc import Callable

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import Role, User, has_role

EDITORS = "Redaktion"
OUTSIDE = re.compile(r"/cms/(login/|documents/(\d+/|authenticate_with_password/))")
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
COLLECTION_PERMISSIONS = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)


def is_office(path: str) -> bool:
    """Whether `path` lies in the editors' office: everything of Wagtail's but the login and the linked documents."""
    return path.startswith("/cms/") and not OUTSIDE.match(path)


def editors_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Wagtail asks groups; the group follows the role at the moment of entry, so a role that ended opens nothing.

    Outside the door lie the login, and the documents that articles link to (by number; their list lies inside).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_office(request.path):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
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
