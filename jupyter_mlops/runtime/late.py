"""Environment variables that are read late: by the cell, or by a library when it is used, never when it is imported.

All others are part of what a template is for: libraries read them when they load, such as numbers of threads, devices
and switches (``OMP_NUM_THREADS``, ``CUDA_*``, ``JAX_*``, ``TF_*``, ``PYTHON*``). Standard library only.
"""

from __future__ import annotations

MARKS = ("JUPYTER_MLOPS_RUN_DIR",)
"""By these the system must show whose a rank is."""

_NAMES = frozenset(
    name
    for line in (
        # Who of how many, and where the first is: read by ``init_process_group``, ``jax.distributed.initialize`` and
        # the cell, for they make the connection.
        "RANK WORLD_SIZE LOCAL_RANK LOCAL_WORLD_SIZE GROUP_RANK ROLE_RANK ROLE_WORLD_SIZE MASTER_ADDR MASTER_PORT",
        "COORDINATOR_ADDRESS COORDINATOR_PORT NUM_PROCESSES PROCESS_ID WORKER_PORT WORKER_ADDRS ",
        # Read when an interpreter starts; the streams of a rank are made anew, whatever it says.
        "PYTHONUNBUFFERED",
        # Read by a cluster resolver when a strategy is made.
        "TF_CONFIG",
        # What a terminal or a shell tells about itself; what reads it asks when it prints.
        "_ COLUMNS LINES TERM TERM_PROGRAM TERM_PROGRAM_VERSION TERM_SESSION_ID COLORTERM CLICOLOR CLICOLOR_FORCE",
        "PWD OLDPWD SHLVL WINDOWID PAGER GIT_PAGER PS1 STY TMUX TMUX_PANE ",
        # The session that the notebook was opened in.
        "SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_AUTH_SOCK SSH_AGENT_PID XDG_SESSION_ID XDG_VTNR",
        "KERNEL_ID KERNEL_USERNAME",
        # Which test submits.
        "PYTEST_CURRENT_TEST",
    )
    for name in line.split()
)

# The operator's variables that ``torchrun`` reads, ours, and those of a notebook's kernel.
_STARTS = ("PET_", "JUPYTER_MLOPS_", "JPY_", "VSCODE_")


def is_late(name: str) -> bool:
    """Say whether the variable ``name`` may differ between runs that begin from one template."""
    return name in _NAMES or name.startswith(_STARTS)
