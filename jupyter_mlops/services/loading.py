"""A version of a model back as the object that was registered."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import Broken, MlopsError, Unavailable
from jupyter_mlops.services.version import Version


def load(version: Version) -> Any:
    """Return the object of a version whose checksums are right.

    Raises:
        Unavailable: it needs a package that is not installed here.
        Broken: it cannot be loaded here.
    """
    from jupyter_mlops.serving.loading import load as load_natively

    spec = version.spec
    try:
        return load_natively(version.path, spec.flavor)
    except MlopsError:
        raise
    except ImportError as error:
        package = (getattr(error, "name", "") or str(error)).partition(".")[0]
        raise Unavailable(
            f"{version.name} needs the package {package!r}, which is not installed here; it was made by Python "
            f"{spec.python_version} with {', '.join(spec.requirements[:3]) or 'packages that nobody wrote down'}."
        ) from error
    except Exception as error:
        raise Broken(f"{version.name} cannot be loaded here: {type(error).__name__}: {error}.") from error
