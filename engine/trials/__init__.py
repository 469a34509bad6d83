"""Trial runs: a draft's diagram under its matter's examples, before anybody proposes it.

    begin_trial(system, designer, draft_id, revision)   # returns at once
    trial_of(connection, draft)                         # how far it came, or what it found
    stop_trial(system, designer, draft_id)

A draft is hostile. It runs in a process of its own (`child.py`) with limits on time, memory and files, on a database
of its own in a folder that goes with it; that process knows neither the address nor the secrets of this installation.
A thread of the web server keeps it (`keeping.py`): it notes the progress, and ends it when it is stopped or late.
"""

from engine.trials.keeping import begin_trial, stop_trial
from engine.trials.standing import Summary, Trial, trial_of

__all__ = ["Summary", "Trial", "begin_trial", "stop_trial", "trial_of"]
