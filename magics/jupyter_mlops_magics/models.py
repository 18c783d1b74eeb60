"""``%register`` and ``%models``: what they are called, what they take, and their documentation."""

from __future__ import annotations

from typing import Any

from jupyter_mlops_magics.documented import magic, option


@magic("%register X [--as NAME] [--alias ALIAS] [--value NAME] [--best METRIC] [--data TABLE]")
@option("words", nargs="*", metavar="X", help="A run, a sweep, a trial as NAME/3, or a model object of the notebook.")
@option("--as", metavar="NAME", help="The model's name. (that of the run or sweep)")
@option("--alias", metavar="ALIAS", help="What is to point at the new version, such as champion.")
@option("--value", metavar="NAME", help="Which kept value, where a run kept several that could be served.")
@option("--best", metavar="METRIC", help="Of all runs of that name the best: accuracy, or loss:minimize.")
@option("--data", metavar="TABLE", help="The training input. (the one captured table that fits the model)")
def register(line: str) -> Any:
    """Make what was trained a version of a model: with signature, example, checksums, and where it comes from.

    X is a notebook variable that holds a run, a sweep or a model object, else a name, else an id. Of
    a run its kept model is registered, of a sweep that of its best trial. The version is bound to
    NAME_model. A version never changes; an alias is what moves.

    Examples::

        %register digits --alias champion           # what the run kept
        %register digits_sweep --as digits          # the best trial's
        %register digits --best accuracy            # of all runs of that name
        %register clf --as iris --data X_train      # an object of the notebook

    Then: iris_model.load(), .lineage, .verify(), .export("folder", "mlflow"), %deploy iris@champion
    """
    from jupyter_mlops_magics.registering import register_this

    return register_this(register, line)


@magic("%models [list CONDITIONS | show | alias | unalias | verify | export | delete | note | tag | archive] [options]")
@option(
    "words", nargs="*", metavar="VERB [MODEL ...]", help="What to do with which models; without a verb they are listed."
)
@option("--yes", action="store_true", help="With delete: do not ask.")
@option("--to", metavar="FOLDER", help="With export: where; nothing may be there yet.")
@option(
    "--server", metavar="NAME", help="With export: mlflow, sklearn, xgboost, lightgbm, tensorflow or onnx. (all of it)"
)
@option("--sort", metavar="FIELD", help="With list: a column or a metric; the largest comes first.")
@option("--limit", metavar="N", help="With list: how many are shown. (20)")
@option("--all", action="store_true", help="With list: archived ones too.")
def models(line: str) -> Any:
    """List models, and do something with them or with one of their versions.

    A version is written digits:3 or digits@champion; digits alone is the model, and where a version
    is needed its champion, else its latest.

    Examples::

        %models                             # those that changed last
        %models accuracy > 0.9
        %models show digits                 # its versions
        %models show digits:3               # one version's card
        %models alias digits:3 champion     # from now on it is the champion
        %models unalias digits challenger
        %models verify digits:3             # every byte is what it was
        %models export digits:3 --to out --server mlflow
        %models delete digits:2             # says what that frees, and asks
    """
    from jupyter_mlops_magics.modelverbs import manage

    return manage(models, line)
