"""The programs behind the Makefile; a folder holds what a program is made of.

What every program needs first is done here.
"""

from scripts import environment, last_words

environment.prepare()
last_words.install()
