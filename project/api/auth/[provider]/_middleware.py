from fileapi import Config

# Whoever logs in is nobody yet.
config = Config(auth=None, rate="60/min")
