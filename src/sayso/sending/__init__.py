"""The way out: every message is judged, completed, handed over and recorded here, and nowhere else."""
