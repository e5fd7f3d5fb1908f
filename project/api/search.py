def GET(query):
    return {"results": [f"You searched for {query.get('q', '')}"]}
