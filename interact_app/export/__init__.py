"""Pictures and videos of what the viewport shows, made by a child process so that the window stays fluid.

Measured on two cores with software OpenGL: a 1080p frame in full quality takes 100 to 250 ms. In the window's thread that
would be a stutter for minutes; in a worker thread OpenGL is not safe beside Qt's. A child costs a second to start, can be
killed at any moment, and hands its memory back.
"""
