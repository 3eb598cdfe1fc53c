"""Where the signer's joints are in every frame, and the skeleton made of them."""
