"""One small model of each kind that the environment of the tests has."""

from __future__ import annotations

from typing import Any

EXAMPLES = 3


class Doubler:
    """A class as a notebook defines it: no other process can import it."""

    def predict(self, rows: Any) -> Any:
        return rows.sum(axis=1) * 2


def halves(rows: Any) -> Any:
    """Return half of each row's sum."""
    return rows.sum(axis=1) / 2


class Callable:
    """Has no ``predict``, and can be called."""

    def __call__(self, rows: Any) -> Any:
        return rows[:, 0]


def models() -> dict[str, tuple[Any, Any]]:
    """Return models with their training input, by name."""
    import lightgbm
    import numpy as np
    import xgboost
    from sklearn.compose import make_column_transformer
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    iris = load_iris(as_frame=True)
    frame, target = iris.data, iris.target
    x, y = frame.to_numpy(), target.to_numpy()
    mixed = frame.assign(place=np.where(y == 1, "north", "south")).astype({"place": object})
    mixed.loc[3, "place"] = None
    words = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["place"]), remainder=StandardScaler())
    classifier = LogisticRegression(max_iter=300).fit(x, y)
    shifted = make_pipeline(FunctionTransformer(lambda rows: rows + 1), LogisticRegression(max_iter=300)).fit(x, y)
    small: dict[str, Any] = {"n_estimators": 3, "n_jobs": 1}
    matrix = xgboost.DMatrix(frame, y)
    data = lightgbm.Dataset(x, y)
    return {
        "sklearn": (classifier, x),
        "pipeline": (make_pipeline(words, LogisticRegression(max_iter=300)).fit(mixed, target), mixed),
        "lambda": (shifted, x),
        "xgboost": (xgboost.XGBClassifier(**small).fit(frame, y), frame),
        "xgboost-booster": (xgboost.train({"nthread": 1}, matrix, 3), frame),
        "lightgbm": (lightgbm.LGBMClassifier(**small, verbose=-1).fit(x, y), x),
        "lightgbm-booster": (lightgbm.train({"verbose": -1, "num_threads": 1}, data, 3), x),
        "onnx": (graph(classifier, x), x),
        "class": (Doubler(), x),
        "function": (halves, x),
        "callable": (Callable(), x),
    }


def graph(model: Any, x: Any) -> Any:
    """Return an estimator as a graph of ONNX."""
    import numpy as np
    from skl2onnx import to_onnx

    return to_onnx(model, x[:1].astype(np.float32), options={"zipmap": False})


def rows(table: Any) -> tuple[str, Any]:
    """Return the first rows of an input as JSON has them."""
    if hasattr(table, "columns"):
        return "table", table.head(EXAMPLES).to_dict("list")
    return "array", table[:EXAMPLES].tolist()
