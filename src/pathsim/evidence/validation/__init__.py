"""Published interventions predicted beforehand, and how near the predictions came."""
