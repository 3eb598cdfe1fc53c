"""From the predictions of a spotter to spottings."""
