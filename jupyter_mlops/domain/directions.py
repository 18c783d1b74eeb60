"""Which way is better, as far as a metric's name says."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=[0-9]+@)")


def set_of(words: str) -> frozenset[str]:
    """Return the words that stand in ``words`` with blanks between them."""
    return frozenset(words.split())


_HIGHER = set_of(
    "acc accuracy auc auroc aucpr auprc ap map f1 fscore precision recall sensitivity specificity r2 score iou miou "
    "dice bleu rouge reward return ndcg mrr mcc kappa psnr ssim elo"
)
_LOWER = set_of("loss logloss error err merror rmse mse mae mape rmsle perplexity ppl nll cost wer cer fid mlogloss")


def direction(name: str) -> int:
    """Return 1 if more of the metric is better, -1 if less is, 0 if its name does not say."""
    words = words_of(name)
    if not words.isdisjoint(_LOWER):
        return -1
    return 1 if not words.isdisjoint(_HIGHER) else 0


def words_of(name: str) -> frozenset[str]:
    """Return the words of a metric's name, in small letters."""
    return frozenset(split(name))


def split(name: str) -> list[str]:
    """Return the words of a metric's name in their order, with an empty one where it begins or ends with a sign."""
    return _WORDS.split(name.lower())
