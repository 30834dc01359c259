"""The forecaster: a process beside the hub that runs its rules forward many times and says how long
people will wait.
"""
