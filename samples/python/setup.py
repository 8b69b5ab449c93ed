"""The wheel carries native code for one system, and runs under any Python 3: py3-none-linux_x86_64."""
import os

from setuptools import setup
from wheel.bdist_wheel import bdist_wheel


class NativeWheel(bdist_wheel):
    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


setup(version=os.environ["ZKHEALTH_VERSION"], cmdclass={"bdist_wheel": NativeWheel})
