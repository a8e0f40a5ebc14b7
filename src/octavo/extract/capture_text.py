"""tmp"""
TAKEN = 0.45
