from benchmarks.cases import LISTED, items


def GET():
    return items(LISTED)
