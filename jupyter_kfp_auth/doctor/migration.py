"""Names of one kfp major version that the other does not have, and what to write instead.

Each row: the full names, what to do, and code where there is a short one. Modules are named as they
are imported; methods by their class; keyword arguments as ``function(argument)``. Hints below
failed cells and the page on migrating are made from this.
"""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str, str]

_CONTAINER = (
    "from kfp import dsl\n\n@dsl.container_component\ndef step():\n"
    "    return dsl.ContainerSpec(image='IMAGE', command=['COMMAND'])"
)
_COMPONENT = (
    "from kfp import dsl\n\n@dsl.component(base_image='python:3.12')\n"
    "def step(x: int) -> int:\n    return x"
)
_PVC = "from kfp import kubernetes\nkubernetes.mount_pvc(task, pvc_name='NAME', mount_path='/data')"
_VARIABLES = (
    "from kfp import kubernetes\nkubernetes.use_secret_as_env(\n"
    "    task, secret_name='NAME', secret_key_to_env={'KEY': 'VARIABLE'})"
)
_TOLERATION = (
    "from kfp import kubernetes\nkubernetes.add_toleration(\n"
    "    task, key='KEY', operator='Equal', value='VALUE', effect='NoSchedule')"
)
_INSTALL_KUBERNETES = "pip install 'kfp[kubernetes]'"
_NO_COUNTERPART = "kfp 2 has no counterpart."
_OWN_NAME = "It was for the inside of kfp 1; leave it out."

#: What kfp 1 has, and kfp 2 has not.
ONLY_IN_1: tuple[Row, ...] = (
    # -- Components -----------------------------------------------------------------------------
    ("kfp.dsl.ContainerOp kfp.v2.dsl.ContainerOp kfp.dsl.BaseOp kfp.dsl.UserContainer",
     "Describe the container with @dsl.container_component.", _CONTAINER),
    ("kfp.components.create_component_from_func kfp.components.create_component_from_func_v2 "
     "kfp.components.func_to_container_op kfp.components.func_to_component_text "
     "kfp.compiler.build_python_component",
     "Make the function a component with @dsl.component.", _COMPONENT),
    ("kfp.components.default_base_image_or_builder kfp.compiler.VersionedDependency",
     "Name the image and the packages: @dsl.component(base_image=..., packages_to_install=[...]).",
     ""),
    ("kfp.compiler.build_docker_image kfp.containers kfp.containers.ContainerBuilder "
     "kfp.containers.build_image_from_working_dir kfp.containers.default_image_builder "
     "kfp.containers.entrypoint kfp.containers.entrypoint_utils",
     "Name the image to build, @dsl.component(target_image=...), and build it in a terminal.",
     "kfp component build FOLDER"),
    ("kfp.components.InputPath kfp.dsl.InputArgumentPath", "It is in kfp.dsl now.",
     "from kfp.dsl import InputPath"),
    ("kfp.components.OutputPath", "It is in kfp.dsl now.", "from kfp.dsl import OutputPath"),
    ("kfp.components.InputTextFile kfp.components.InputBinaryFile",
     "Take the path and open it in the component.", "from kfp.dsl import InputPath"),
    ("kfp.components.OutputTextFile kfp.components.OutputBinaryFile",
     "Take the path and open it in the component.", "from kfp.dsl import OutputPath"),
    ("kfp.components.InputArtifact", "Annotate the parameter with Input[...].",
     "from kfp.dsl import Artifact, Input"),
    ("kfp.components.OutputArtifact", "Annotate the parameter with Output[...].",
     "from kfp.dsl import Artifact, Output"),
    ("kfp.components.load_component kfp.components.ComponentStore",
     "Use load_component_from_file, load_component_from_url or load_component_from_text.",
     "from kfp.components import load_component_from_file"),
    ("kfp.components.create_graph_component_from_pipeline_func "
     "kfp.v2.dsl.graph_component kfp.dsl.SubGraph",
     "Call a function under @dsl.pipeline inside of another pipeline.", ""),
    ("kfp.components.create_component_from_airflow_op",
     "kfp 2 has no counterpart; run the operator's code in a component.", ""),
    ("kfp.components.structures kfp.components.modelbase kfp.components.type_annotation_utils",
     "Its classes were for the inside of kfp 1; load components with kfp.components.load_component_"
     "from_text.", ""),
    # -- Pipelines ------------------------------------------------------------------------------
    ("kfp.dsl.PipelineParam kfp.dsl.match_serialized_pipelineparam",
     "Use the parameters of the pipeline's function; they are channels in kfp 2.", ""),
    ("PipelineParameterChannel.ignore_type PipelineParameterChannel.to_struct "
     "PipelineArtifactChannel.ignore_type PipelineChannel.ignore_type",
     "Give both sides the same type; there is no way to switch the check off.", ""),
    ("PipelineParameterChannel.op_name PipelineArtifactChannel.op_name PipelineChannel.op_name",
     "It is called task_name now.", ""),
    ("kfp.dsl.PipelineConf kfp.dsl.get_pipeline_conf create_run_from_pipeline_func(pipeline_conf) "
     "compile(pipeline_conf) create_run_from_pipeline_package(pipeline_conf)",
     "Set it on each task: its set_... methods, or the functions of kfp.kubernetes.",
     _INSTALL_KUBERNETES),
    ("kfp.dsl.PipelineExecutionMode create_run_from_pipeline_func(mode) Compiler(mode) "
     "kfp.COMPILING_FOR_V2 kfp.compiler.v2_compat",
     "Leave it out: kfp 2 has one mode.", ""),
    ("create_run_from_pipeline_func(launcher_image) run_pipeline(launcher_image)",
     "Leave it out: the launcher's image belongs to the server.", ""),
    ("kfp.dsl.RUN_ID_PLACEHOLDER kfp.dsl.EXECUTION_ID_PLACEHOLDER",
     "Use the placeholder of kfp 2.", "from kfp.dsl import PIPELINE_JOB_ID_PLACEHOLDER"),
    ("ParallelFor(loop_args)", "The argument is called items now.",
     "with dsl.ParallelFor(items=[1, 2, 3]) as item:\n    ..."),
    ("ExitHandler(exit_op)", "The argument is called exit_task now.",
     "with dsl.ExitHandler(exit_task=task):\n    ..."),
    ("kfp.dsl.Pipeline kfp.dsl.OpsGroup kfp.dsl.ROOT_PARAMETER_NAME kfp.dsl.artifact "
     "kfp.dsl.artifact_utils kfp.dsl.component_spec kfp.dsl.dsl_utils kfp.dsl.extensions "
     "kfp.dsl.serialization_utils kfp.dsl.io_types kfp.dsl.metrics_utils kfp.dsl.type_utils "
     "kfp.dsl.data_passing_methods",
     _OWN_NAME, ""),
    ("kfp.dsl.types.Integer kfp.dsl.types.Float kfp.dsl.types.String kfp.dsl.types.Bool "
     "kfp.dsl.types.List kfp.dsl.types.Dict",
     "Use the types of Python: int, float, str, bool, list, dict.", ""),
    ("kfp.dsl.types.BaseType kfp.dsl.types.GCPProjectID kfp.dsl.types.GCPRegion "
     "kfp.dsl.types.GCRPath kfp.dsl.types.GCSPath kfp.dsl.types.LocalPath "
     "kfp.dsl.types.TypeSpecType kfp.dsl.types.Union",
     "Use str, or an artifact class of kfp.dsl.", "from kfp.dsl import Artifact"),
    ("kfp.dsl.types.InconsistentTypeException kfp.dsl.types.InconsistentTypeWarning "
     "kfp.dsl.types.check_types kfp.dsl.types.verify_type_compatibility",
     "The type check of kfp 2 cannot be called or switched off.", ""),
    # -- Volumes, sidecars and other Kubernetes -------------------------------------------------
    ("kfp.dsl.VolumeOp kfp.dsl.PipelineVolume", "Create the volume with kfp.kubernetes.",
     "from kfp import kubernetes\npvc = kubernetes.CreatePVC(\n    pvc_name_suffix='-data', "
     "access_modes=['ReadWriteOnce'], size='5Gi',\n    storage_class_name='standard')"),
    ("kfp.dsl.VOLUME_MODE_ROM kfp.dsl.VOLUME_MODE_RWM kfp.dsl.VOLUME_MODE_RWO",
     "Write the mode as Kubernetes does: ['ReadOnlyMany'], ['ReadWriteMany'] or ['ReadWriteOnce'].",
     ""),
    ("kfp.dsl.VolumeSnapshotOp kfp.dsl.ResourceOp",
     "Create the resource in a component, with the Python client of Kubernetes.",
     "@dsl.component(packages_to_install=['kubernetes'])\ndef make_it():\n    ..."),
    ("kfp.dsl.Sidecar PipelineTask.add_sidecar PipelineTask.add_init_container",
     "kfp 2 has neither sidecars nor init containers; do it in the task's own container.", ""),
    ("PipelineTask.add_pvolumes PipelineTask.add_volume PipelineTask.add_volume_mount",
     "Mount the volume with kfp.kubernetes.", _PVC),
    ("PipelineTask.add_toleration", "Use the function of kfp.kubernetes.", _TOLERATION),
    ("PipelineTask.add_affinity", "Use the function of kfp.kubernetes.",
     "from kfp import kubernetes\nkubernetes.add_node_affinity(\n    task, match_expressions=["
     "{'key': 'KEY', 'operator': 'In', 'values': ['VALUE']}])"),
    ("PipelineTask.add_node_selector_constraint(arguments) "
     "add_node_selector_constraint(label_name) add_node_selector_constraint(value)",
     "It takes an accelerator's name now; select nodes with kfp.kubernetes.",
     "from kfp import kubernetes\nkubernetes.add_node_selector(\n    task, label_key='KEY', "
     "label_value='VALUE')"),
    ("PipelineTask.add_pod_label", "Use the function of kfp.kubernetes.",
     "from kfp import kubernetes\nkubernetes.add_pod_label(task, 'KEY', 'VALUE')"),
    ("PipelineTask.add_pod_annotation", "Use the function of kfp.kubernetes.",
     "from kfp import kubernetes\nkubernetes.add_pod_annotation(task, 'KEY', 'VALUE')"),
    ("PipelineTask.set_timeout", "Use the function of kfp.kubernetes.",
     "from kfp import kubernetes\nkubernetes.set_timeout(task, seconds=3600)"),
    ("PipelineTask.set_image_pull_policy", "Use the function of kfp.kubernetes.",
     "from kfp import kubernetes\nkubernetes.set_image_pull_policy(task, 'Always')"),
    ("PipelineTask.add_env_variable PipelineTask.add_env_from PipelineTask.env_variables",
     "Set variables one by one.", "task.set_env_variable('NAME', 'VALUE')"),
    ("PipelineTask.apply",
     "Call a function of kfp.kubernetes with the task instead of task.apply(...).",
     "from kfp import kubernetes\nkubernetes.use_secret_as_env(task, ...)"),
    ("PipelineTask.container", "Its methods are the task's own now.",
     "task.set_memory_limit('1Gi').set_env_variable('NAME', 'VALUE')"),
    ("PipelineTask.execution_options", "Switch the cache off with a method.",
     "task.set_caching_options(False)"),
    ("PipelineTask.add_resource_limit PipelineTask.add_resource_request "
     "PipelineTask.set_ephemeral_storage_limit PipelineTask.set_ephemeral_storage_request",
     "Use set_cpu_limit, set_memory_limit or set_accelerator_limit.",
     "task.set_cpu_limit('2').set_memory_limit('4Gi')"),
    ("PipelineTask.image PipelineTask.command PipelineTask.arguments PipelineTask.container_spec "
     "PipelineTask.attrs_with_pipelineparams PipelineTask.is_v2 PipelineTask.args",
     "What a container runs is the component's: see @dsl.container_component.", _CONTAINER),
    ("PipelineTask.set_security_context PipelineTask.set_lifecycle "
     "PipelineTask.set_liveness_probe PipelineTask.set_readiness_probe PipelineTask.add_port",
     "kfp 2 has no method for it; look among the functions of kfp.kubernetes.",
     _INSTALL_KUBERNETES),
    ("set_retry(policy)",
     "Leave the policy out: kfp 2 takes the number of retries and the backoff.",
     "task.set_retry(num_retries=3)"),
    ("positional-arguments", "Call components with names: step(x=1), not step(1).", ""),
    ("kfp.aws kfp.aws.use_aws_secret kfp.azure kfp.azure.use_azure_secret "
     "kfp.onprem.use_k8s_secret",
     "Use the Secret with kfp.kubernetes.", _VARIABLES),
    ("kfp.gcp.use_gcp_secret", "Use the Secret with kfp.kubernetes.",
     "from kfp import kubernetes\nkubernetes.use_secret_as_volume(\n    task, "
     "secret_name='user-gcp-sa', mount_path='/secret')"),
    ("kfp.gcp kfp.gcp.add_gpu_toleration kfp.gcp.use_preemptible_nodepool", "Use the functions of "
     "kfp.kubernetes.", _TOLERATION),
    ("kfp.gcp.use_tpu", "Ask for the accelerator.",
     "task.set_accelerator_type('TYPE').set_accelerator_limit(1)"),
    ("kfp.onprem kfp.onprem.mount_pvc", "Mount the volume with kfp.kubernetes.", _PVC),
    ("kfp.onprem.add_default_resource_spec", "Set the resources of each task.",
     "task.set_cpu_limit('2').set_memory_limit('4Gi')"),
    # -- The client -----------------------------------------------------------------------------
    ("kfp.auth kfp.auth.ServiceAccountTokenVolumeCredentials",
     "Import the class from its new home, or let %kfp client do it.",
     "from kfp.client.set_volume_credentials import ServiceAccountTokenVolumeCredentials"),
    ("kfp.auth.TokenCredentialsBase", "It is in kfp.client now.",
     "from kfp.client import TokenCredentialsBase"),
    ("kfp.auth.KF_PIPELINES_SA_TOKEN_ENV kfp.auth.KF_PIPELINES_SA_TOKEN_PATH "
     "kfp.auth.read_token_from_file", "It is in another module now.",
     "from kfp.client import set_volume_credentials"),
    ("kfp.LocalClient kfp.run_pipeline_func_locally", "Run it locally with kfp.local.",
     "from kfp import local\nlocal.init(runner=local.SubprocessRunner())"),
    ("kfp.run_pipeline_func_on_cluster", "Use the method of the client.",
     "client.create_run_from_pipeline_func(my_pipeline, arguments={})"),
    ("kfp.notebook", "Make the function a component with @dsl.component.", _COMPONENT),
    ("kfp.v2.google kfp.v2.google.client kfp.v2.google.client.AIPlatformClient",
     "Use the SDK of Vertex AI.", "from google.cloud.aiplatform import PipelineJob"),
    ("kfp.v2.compiler.compiler kfp.v2.compiler.experimental kfp.v2.dsl.experimental",
     "Import it from kfp itself: kfp.compiler, kfp.dsl.", "from kfp import compiler, dsl"),
    ("kfp.v2.components.types kfp.v2.components.types.artifact_types "
     "kfp.v2.components.component_decorator kfp.v2.components.component_factory",
     "Import it from kfp.dsl.", "from kfp.dsl import Artifact, component"),
    ("delete_pipeline_version(version_id) delete_pipeline_version(arguments)",
     "It takes the pipeline's id and the version's.",
     "client.delete_pipeline_version(\n    pipeline_id='ID', pipeline_version_id='ID')"),
    # -- What the client answers ----------------------------------------------------------------
    ("V2beta1Run.id", "It is called run_id now.", "run.run_id"),
    ("V2beta1Run.status", "It is called state now.", "run.state"),
    ("V2beta1Run.run", "The answer is the run itself.", "client.get_run(run_id).state"),
    ("V2beta1Run.pipeline_runtime", "Tasks are in run_details now.", "run.run_details"),
    ("V2beta1Run.metrics", "Metrics are outputs of tasks now.", "%kfp outputs RUN"),
    ("V2beta1Experiment.id", "It is called experiment_id now.", "experiment.experiment_id"),
    ("V2beta1Pipeline.id", "It is called pipeline_id now.", "pipeline.pipeline_id"),
    ("V2beta1PipelineVersion.id", "It is called pipeline_version_id now.",
     "version.pipeline_version_id"),
    ("V2beta1RecurringRun.id", "It is called recurring_run_id now.", "job.recurring_run_id"),
    ("V2beta1Run.name V2beta1Experiment.name V2beta1RecurringRun.name",
     "It is called display_name now.", ""),
    ("V2beta1RecurringRun.enabled", "It is text now, in status.", "job.status == 'ENABLED'"),
    ("V2beta1Pipeline.default_version V2beta1Pipeline.parameters V2beta1Pipeline.url "
     "V2beta1PipelineVersion.parameters",
     "It belongs to a version of the pipeline now.",
     "client.list_pipeline_versions(pipeline_id).pipeline_versions[0].pipeline_spec"),
    ("V2beta1Run.resource_references V2beta1Experiment.resource_references "
     "V2beta1Pipeline.resource_references V2beta1PipelineVersion.resource_references "
     "V2beta1RecurringRun.resource_references",
     "They are fields of their own now: experiment_id, namespace, pipeline_version_reference.", ""),
    ("V2beta1ListRecurringRunsResponse.jobs", "They are called recurring runs now.",
     "client.list_recurring_runs().recurring_runs"),
)  # fmt: skip

_ONLY_V2_DSL = "It is in kfp.v2.dsl here."

#: What kfp 2 has, and kfp 1 has not.
ONLY_IN_2: tuple[Row, ...] = (
    ("kfp.client.Client", "The client is in kfp itself.", "from kfp import Client"),
    ("kfp.client kfp.client.client",
     "The client is in kfp itself, and the credentials class in kfp.auth.",
     "from kfp import Client\nfrom kfp.auth import ServiceAccountTokenVolumeCredentials"),
    ("kfp.client.set_volume_credentials kfp.client.ServiceAccountTokenVolumeCredentials "
     "kfp.client.set_volume_credentials.ServiceAccountTokenVolumeCredentials",
     "Import the class from its old home, or let %kfp client do it.",
     "from kfp.auth import ServiceAccountTokenVolumeCredentials"),
    ("kfp.client.TokenCredentialsBase kfp.client.token_credentials_base kfp.client.auth",
     "It is in kfp.auth here.", "from kfp.auth import TokenCredentialsBase"),
    ("kfp.kubernetes", "Tasks have methods for it here, or kfp.onprem has functions.",
     "from kfp.onprem import mount_pvc, use_k8s_secret"),
    ("kfp.local kfp.local.init kfp.local.SubprocessRunner kfp.local.DockerRunner",
     "Run components locally as the functions that they are made of.", ""),
    ("kfp.registry kfp.registry.RegistryClient kfp.kubeflow_client kfp.version",
     "kfp 1 has no counterpart.", ""),
    ("kfp.dsl.container_component kfp.dsl.ContainerSpec",
     "Describe the container with dsl.ContainerOp.",
     "from kfp import dsl\nstep = dsl.ContainerOp(name='step', image='IMAGE', "
     "command=['COMMAND'])"),
    ("component(base_image) component(packages_to_install) component(target_image) "
     "component(kfp_package_path) component(output_component_file) component(pip_index_urls)",
     "Make a component of the function with create_component_from_func.",
     "from kfp.components import create_component_from_func\n"
     "step = create_component_from_func(function, base_image='python:3.9')"),
    ("kfp.dsl.Artifact kfp.dsl.Dataset kfp.dsl.Model kfp.dsl.Metrics "
     "kfp.dsl.ClassificationMetrics kfp.dsl.SlicedClassificationMetrics kfp.dsl.HTML "
     "kfp.dsl.Markdown kfp.dsl.Input kfp.dsl.Output kfp.dsl.PipelineTaskFinalStatus",
     _ONLY_V2_DSL, "from kfp.v2.dsl import Artifact, Dataset, Input, Metrics, Model, Output"),
    ("kfp.dsl.InputPath", "It is in kfp.components here.",
     "from kfp.components import InputPath"),
    ("kfp.dsl.OutputPath", "It is in kfp.components here.",
     "from kfp.components import OutputPath"),
    ("kfp.dsl.If kfp.dsl.Elif kfp.dsl.Else kfp.v2.dsl.If kfp.v2.dsl.Elif kfp.v2.dsl.Else",
     "Write a dsl.Condition for each case.", "with dsl.Condition(task.output == 'yes'):\n    ..."),
    ("kfp.dsl.Collected kfp.dsl.OneOf kfp.v2.dsl.Collected kfp.v2.dsl.OneOf",
     "kfp 1 cannot collect the outputs of a loop or of branches: write them to a store.", ""),
    ("kfp.dsl.ConcatPlaceholder kfp.dsl.IfPresentPlaceholder kfp.components.placeholders "
     "kfp.components.load_yaml_utilities",
     "Write the component as YAML, with concat and if.",
     "from kfp.components import load_component_from_text"),
    ("kfp.dsl.PIPELINE_JOB_ID_PLACEHOLDER kfp.dsl.PIPELINE_TASK_ID_PLACEHOLDER "
     "kfp.dsl.PIPELINE_JOB_NAME_PLACEHOLDER kfp.dsl.PIPELINE_JOB_RESOURCE_NAME_PLACEHOLDER "
     "kfp.dsl.PIPELINE_TASK_NAME_PLACEHOLDER kfp.dsl.PIPELINE_ROOT_PLACEHOLDER "
     "kfp.dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER "
     "kfp.dsl.PIPELINE_JOB_SCHEDULE_TIME_UTC_PLACEHOLDER "
     "kfp.dsl.PIPELINE_TASK_EXECUTOR_INPUT_PLACEHOLDER "
     "kfp.dsl.PIPELINE_TASK_EXECUTOR_OUTPUT_PATH_PLACEHOLDER kfp.dsl.WORKSPACE_PATH_PLACEHOLDER",
     "Use the placeholders of kfp 1.",
     "from kfp.dsl import EXECUTION_ID_PLACEHOLDER, RUN_ID_PLACEHOLDER"),
    ("kfp.dsl.PipelineConfig kfp.dsl.WorkspaceConfig kfp.dsl.KubernetesWorkspaceConfig "
     "pipeline(pipeline_config)",
     "Set it while the pipeline is made.", "dsl.get_pipeline_conf().set_timeout(3600)"),
    ("pipeline(display_name)", "Leave it out: a pipeline has one name here.", ""),
    ("kfp.dsl.PipelineTask kfp.components.BaseComponent kfp.components.ContainerComponent "
     "kfp.components.PythonComponent kfp.components.YamlComponent kfp.components.base_component "
     "kfp.dsl.TaskConfig kfp.dsl.TaskConfigField kfp.dsl.TaskConfigPassthrough "
     "kfp.dsl.EmbeddedInput kfp.dsl.EmbeddedAnnotation kfp.dsl.InputAnnotation "
     "kfp.dsl.OutputAnnotation kfp.dsl.notebook_component kfp.dsl.run_notebook kfp.dsl.get_uri "
     "kfp.compiler.KubernetesManifestOptions",
     "kfp 1 has no counterpart.", ""),
    ("kfp.dsl.structures kfp.dsl.utils kfp.dsl.constants kfp.dsl.placeholders "
     "kfp.dsl.base_component kfp.dsl.component_decorator kfp.dsl.component_factory "
     "kfp.dsl.container_component_class kfp.dsl.for_loop kfp.dsl.pipeline_channel "
     "kfp.dsl.pipeline_context kfp.dsl.pipeline_task kfp.dsl.tasks_group kfp.dsl.yaml_component "
     "kfp.dsl.importer_node kfp.dsl.importer_component kfp.dsl.component_task_config "
     "kfp.dsl.container_component_artifact_channel kfp.dsl.container_component_decorator "
     "kfp.dsl.notebook_component_decorator kfp.dsl.notebook_helpers kfp.dsl.pipeline_config "
     "kfp.dsl.task_config kfp.dsl.task_final_status kfp.dsl.templates kfp.dsl.v1_modelbase "
     "kfp.dsl.v1_structures kfp.dsl.types.artifact_types kfp.dsl.types.custom_artifact_types "
     "kfp.dsl.types.type_annotations kfp.compiler.compiler_utils "
     "kfp.compiler.pipeline_spec_builder",
     "It is for the inside of kfp 2; leave it out.", ""),
    ("ParallelFor(items)", "The argument is called loop_args here.",
     "with dsl.ParallelFor(loop_args=[1, 2, 3]) as item:\n    ..."),
    ("ExitHandler(exit_task)", "The argument is called exit_op here.",
     "with dsl.ExitHandler(exit_op=op):\n    ..."),
    ("ContainerOp.ignore_upstream_failure ContainerOp.dependent_tasks ContainerOp.platform_spec "
     "ContainerOp.channel_inputs ContainerOp.set_debug_pause",
     "kfp 1 has no counterpart; for cleaning up there is dsl.ExitHandler.",
     "with dsl.ExitHandler(exit_op=op):\n    ..."),
    ("ContainerOp.set_container_image", "The image is given when the task is made.",
     "dsl.ContainerOp(name='step', image='IMAGE')"),
    ("ContainerOp.set_accelerator_type ContainerOp.set_accelerator_limit",
     "Ask for the accelerator as Kubernetes names it.",
     "op.add_node_selector_constraint('cloud.google.com/gke-accelerator', 'TYPE')\n"
     "op.set_gpu_limit(1)"),
    ("Client.archive_run Client.unarchive_run Client.terminate_run",
     "Use a command, which is the same for both.", "%kfp terminate RUN"),
    ("Client.delete_run Client.delete_recurring_run", "Use a command, which is the same for both.",
     "%kfp delete ID"),
    ("Client.disable_recurring_run", "It is called disable_job here.", "client.disable_job(ID)"),
    ("Client.enable_recurring_run Client.enable_job", "Use a command, which is the same for both.",
     "%kfp enable RECURRING_RUN"),
    ("Client.unarchive_experiment Client.get_pipeline_version "
     "Client.upload_pipeline_from_pipeline_func Client.upload_pipeline_version_from_pipeline_func",
     "kfp 1 has no such method; compile the pipeline and use upload_pipeline.",
     "kfp.compiler.Compiler().compile(my_pipeline, 'pipeline.yaml')\n"
     "client.upload_pipeline('pipeline.yaml')"),
    ("Client(verify_ssl)", "Name the CA instead: ssl_ca_cert=...",
     "kfp.Client(ssl_ca_cert='/path/to/ca.crt')"),
    ("create_run_from_pipeline_func(experiment_id) create_run_from_pipeline_package(experiment_id)",
     "Name the experiment: experiment_name=...", ""),
    ("create_run_from_pipeline_func(cache_key) create_run_from_pipeline_package(cache_key) "
     "run_pipeline(cache_key) upload_pipeline(namespace) "
     "list_pipelines(namespace) list_recurring_runs(namespace) wait_for_run_completion("
     "sleep_duration)", "Leave it out: kfp 1 does not take it.", ""),
    ("compile(pipeline_name) compile(pipeline_display_name) compile(pipeline_parameters) "
     "compile(kubernetes_manifest_options) compile(kubernetes_manifest_format)",
     "Leave it out: the name is that of @dsl.pipeline(name=...).", ""),
    ("ApiRun.run_id ApiRunDetail.run_id", "It is called id here, in .run of what get_run returns.",
     "client.get_run(ID).run.id"),
    ("ApiRun.state ApiRunDetail.state", "It is called status here, in .run of what get_run "
     "returns.", "client.get_run(ID).run.status"),
    ("ApiRunDetail.status ApiRunDetail.name ApiRunDetail.id ApiRunDetail.created_at "
     "ApiRunDetail.finished_at ApiRunDetail.error",
     "The run is in .run of the answer.", "client.get_run(ID).run"),
    ("ApiExperiment.experiment_id ApiPipeline.pipeline_id ApiPipelineVersion.pipeline_version_id "
     "ApiJob.recurring_run_id", "It is called id here.", ""),
    ("ApiRun.display_name ApiRunDetail.display_name ApiExperiment.display_name "
     "ApiPipeline.display_name ApiPipelineVersion.display_name ApiJob.display_name",
     "It is called name here.", ""),
    ("ApiRun.run_details ApiRunDetail.run_details", "The workflow is in pipeline_runtime here.",
     "client.get_run(ID).pipeline_runtime.workflow_manifest"),
    ("ApiListJobsResponse.recurring_runs", "They are called jobs here.",
     "client.list_recurring_runs().jobs"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instead:
    """What to write instead of a name that the installed kfp does not have."""

    name: str
    advice: str
    code: str = ""


def _by_name(rows: tuple[Row, ...]) -> dict[str, Instead]:
    return {
        name: Instead(name, advice, code) for names, advice, code in rows for name in names.split()
    }


#: Components of kfp 2 take no positional arguments; this is no name of anything.
POSITIONAL = "positional-arguments"

INSTEAD: dict[str, dict[str, Instead]] = {
    "1": _by_name(ONLY_IN_1),
    "2": _by_name(ONLY_IN_2),
}


def instead(major: str, name: str) -> Instead | None:
    """Return what to write instead of a name of the kfp version ``major``, with the other one.

    A name below a module that is gone is that module's: ``kfp.gcp.anything`` is ``kfp.gcp``.
    """
    known = INSTEAD[major]
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if length == 1 and parts[0] == "kfp":
            return None
        found = known.get(".".join(parts[:length]))
        if found is not None:
            return Instead(name, found.advice, found.code)
    return None
