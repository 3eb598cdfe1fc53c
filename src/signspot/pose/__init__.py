"""Finds the joints of the signer in every frame, and makes the skeleton of the joints."""
