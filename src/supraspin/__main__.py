"""`python -m supraspin` is the command `supraspin`."""

from supraspin.cli import main

if __name__ == "__main__":
    main()
