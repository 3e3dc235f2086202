"""What a message must carry: read it, say what is there and what is missing, complete it before it leaves."""
