"""External exams: cases with expected answers in a folder, run through the engine, printed as a scoreboard."""
