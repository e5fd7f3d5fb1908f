TITLES = ["one"]
