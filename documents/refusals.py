"""Why an upload is refused: a code for programs, an English sentence for people, which the caller translates."""


def gettext_noop(message: str) -> str:
    """Marks a text for the catalogue of translations; the caller translates it."""
    return message


MESSAGES = {
    "empty": gettext_noop("The file is empty."),
    "too_large": gettext_noop("The file is too large. Please make it smaller or hand it in as several files."),
    "name": gettext_noop("The file name contains characters that are not allowed. Please rename the file."),
    "type": gettext_noop(
        "This type of file is not accepted. Please use PDF, PNG, JPEG, WebP, SVG, Word, Excel, OpenDocument or plain text."
    ),
    "executable": gettext_noop("Programs and scripts are not accepted."),
    "mismatch": gettext_noop(
        "The content of the file does not match its name. Please save it again in the right format."
    ),
    "polyglot": gettext_noop(
        "The file contains a second file of another type. Please save it again and hand in that copy."
    ),
    "damaged": gettext_noop("The file is incomplete or damaged. Please save it again."),
    "bomb": gettext_noop("The file unpacks to far more than a document needs."),
    "pixels": gettext_noop("The picture is too large. Please reduce it to at most 60 megapixels."),
    "unsafe_path": gettext_noop("The file contains paths that lead out of it."),
    "macro": gettext_noop("The file contains macros. Please save it without macros."),
    "encrypted": gettext_noop("The file is protected by a password. Please save it without one."),
    "entities": gettext_noop("The file defines entities of its own, which is not accepted."),
}


class UploadRefused(Exception):
    """A file that is not accepted: `code` is a key of MESSAGES, `message` its English text."""

    def __init__(self, code: str):
        self.code = code
        self.message = MESSAGES[code]
        super().__init__(self.message)
