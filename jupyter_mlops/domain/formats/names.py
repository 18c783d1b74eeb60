"""Which words name a metric, which a setting, and which name stands before a value."""

from __future__ import annotations

import re
from functools import lru_cache

NAME = re.compile(r"[^\W\d][\w.@/^-]*(?:\([\w@.,-]*\))?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a metric's name is made of. A line of ``name: value`` counts if it says where it is or has such a name: else
# every configuration that is printed would become a metric.
_METRIC = _words(
    "loss losses acc accuracy auc auroc auprc roc f1 fbeta precision recall sensitivity specificity error err mse mae "
    "rmse rmsle mape smape msle nll kl elbo r2 score perplexity ppl bleu rouge meteor wer cer iou miou map ndcg mrr "
    "dice jaccard psnr ssim fid reward rewards return returns inertia objective cost kappa mcc top1 top5 hits gap "
    "likelihood loglik logloss bce ce entropy gradnorm likelihoods metric fitness regret"
)
_SPLITS = _words("train training val valid validation test testing eval evaluation dev holdout")
_QUALIFIERS = _SPLITS | _words(
    "avg average mean median best running total final current smoothed ema macro micro weighted epoch batch"
)
# Names that look like metrics but configure, or measure the machine.
_NEVER = _words(
    "time eta elapsed seconds secs sec duration dur epochs steps iterations num_epochs max_epochs max_steps "
    "total_steps batch_size batch seed random_state port pid line lineno v_num version rank world_size local_rank"
)
_MACHINE = _words("port pid rank size seed id")
_SETTING = _words(
    "weight weights fn func function type scale coef coefficient alpha beta gamma path name file threshold eps epsilon "
    "smoothing every interval patience mode margin reduction warmup id port size code count limit"
)
_LEVELS = _words("DEBUG INFO WARNING WARN ERROR CRITICAL")
_WORD = re.compile(r"[a-z]+[0-9]?")
_BREAK = re.compile(r"[,;|\[\](){}\t:=>]|\s-\s|\s\s+")


@lru_cache(1024)
def is_metric(name: str) -> bool:
    """Say whether a name is one that people give to metrics."""
    words = _WORD.findall(name.lower())
    if not words or words[-1] in _SETTING:
        return False
    return any(word in _METRIC or word.rstrip("0123456789") in _METRIC or word.endswith("loss") for word in words)


@lru_cache(1024)
def is_wanted(name: str) -> bool:
    """Say whether a value of that name may be a metric's."""
    lower = name.lower()
    return lower not in _NEVER and re.split(r"[\W_]", lower)[-1] not in _MACHINE


@lru_cache(1024)
def name_before(before: str, split: str) -> tuple[str, str]:
    """Return the name that ends ``before``, and which part of the data it speaks of."""
    pieces = _BREAK.split(before)
    words = pieces[-1].split()
    for piece in pieces[:-1]:
        split = next((word for word in piece.split() if word.lower() in _SPLITS), split)
    if not words or not NAME.fullmatch(words[-1]) or not is_wanted(words[-1]):
        return "", split
    first = len(words) - 1
    while first and NAME.fullmatch(words[first - 1]) and words[first - 1] not in _LEVELS:
        first -= 1
    kept = words[first:]
    if len(kept) > 3 or first:
        while len(kept) > 1 and kept[0].lower() not in _QUALIFIERS:
            kept = kept[1:]
    own = next((word for word in kept if set(re.split(r"[\W_]", word.lower())) & _SPLITS), "")
    name = "_".join(word.rstrip(".") for word in kept)
    if own in kept[:-1]:
        return name, own
    if own or not split or not is_metric(name):
        return name, split
    return f"{split}_{name}", split
