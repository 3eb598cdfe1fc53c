"""HS-I3D, the winning entry of the ChaLearn 2022 challenge: a class for every frame, at five levels of time."""
