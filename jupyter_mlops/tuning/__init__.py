"""What a conductor asks: which parameters are tried next. Optuna does it; nothing else of ours imports Optuna."""
