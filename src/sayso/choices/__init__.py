"""What people ask for: unsubscribe, preferences, STOP by text or reply; each in effect before it is answered."""
