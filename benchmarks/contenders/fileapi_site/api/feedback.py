def POST(body, res):
    res.status(201).json({"status": "received", "feedback": body["feedback"]})
