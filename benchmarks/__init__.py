"""Side-by-side measurements. Every figure is a ratio of two things measured in turn in the same run."""
