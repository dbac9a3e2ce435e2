"""A row for each resolution, where a network goes down and up again."""

from net2fig.layout.levels.plan import LevelPlan, plan_levels
from net2fig.layout.levels.rows import is_clear, spread_levels

__all__ = ["LevelPlan", "is_clear", "plan_levels", "spread_levels"]
