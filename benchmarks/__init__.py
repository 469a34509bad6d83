"""What a step costs, against two readable baselines: `make bench`."""
